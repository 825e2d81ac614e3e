# Die Seite, auf der Lernende Benachrichtigungen per E-Mail beenden.
notice-page-title = Benachrichtigungen per E-Mail
notice-page-wanted = Sie erhalten E-Mails von { $issuer }, wenn mit einem Ihrer Nachweise etwas geschieht.
notice-page-stop = Diese Benachrichtigungen beenden
notice-page-stopped = Sie erhalten keine E-Mails mehr von { $issuer } zu Ihren Nachweisen.
notice-page-resume = Wieder senden
