# Die Seite, auf der Lernende Benachrichtigungen per E-Mail beenden.
notice-page-title = Benachrichtigungen per E-Mail
notice-page-wanted = Sie erhalten E-Mails von { $issuer }, wenn mit einem Ihrer Nachweise etwas geschieht.
notice-page-stop = Diese Benachrichtigungen beenden
notice-page-stopped = Sie erhalten keine E-Mails mehr von { $issuer } zu Ihren Nachweisen.
notice-page-resume = Wieder senden

# Was Lernende per E-Mail erfahren. Was in Klammern und Anführungszeichen steht, weicht seinem Wert, wenn eine E-Mail entsteht; eine Zeile, der einer
# fehlt, entfällt.
notice-awarded-subject = { "{program}" }: Ihr Nachweis von { "{issuer}" }
notice-awarded-text =
    Guten Tag { "{learner}" },

    { "{issuer}" } hat Ihnen „{ "{program}" }“ verliehen. Herzlichen Glückwunsch!

    Hier können Sie den Nachweis ansehen, teilen und herunterladen: { "{link}" }

    Er gilt bis { "{validUntil}" }.

    Fragen? Schreiben Sie an { "{contact}" }.
notice-renewed-subject = { "{program}" }: Ihr Nachweis wurde erneuert
notice-renewed-text =
    Guten Tag { "{learner}" },

    { "{issuer}" } hat Ihren Nachweis „{ "{program}" }“ erneuert.

    Er gilt jetzt bis { "{validUntil}" }.

    Den neuen finden Sie hier: { "{link}" }

    Fragen? Schreiben Sie an { "{contact}" }.
notice-replaced-subject = { "{program}" }: Ihr Nachweis wurde durch einen neuen ersetzt
notice-replaced-text =
    Guten Tag { "{learner}" },

    { "{issuer}" } hat Ihren Nachweis „{ "{program}" }“ neu ausgestellt. Der neue tritt an die Stelle des früheren, der nicht mehr gilt.

    Den neuen finden Sie hier: { "{link}" }

    Fragen? Schreiben Sie an { "{contact}" }.
notice-expiring-subject = { "{program}" }: Ihr Nachweis läuft bald ab
notice-expiring-text =
    Guten Tag { "{learner}" },

    Ihr Nachweis „{ "{program}" }“ von { "{issuer}" } gilt bis { "{validUntil}" }. Danach gilt er als abgelaufen.

    Sie finden ihn hier: { "{link}" }

    Ob und wie er erneuert werden kann, erfahren Sie unter { "{contact}" }.
notice-revoked-subject = { "{program}" }: Ihr Nachweis wurde widerrufen
notice-revoked-text =
    Guten Tag { "{learner}" },

    { "{issuer}" } hat Ihren am { "{issuedOn}" } ausgestellten Nachweis „{ "{program}" }“ widerrufen. Er gilt nicht mehr, und wer ihn prüft, erfährt das.

    Seine Seite: { "{link}" }

    Wenn Sie das für einen Irrtum halten, schreiben Sie an { "{contact}" }.
notice-suspended-subject = { "{program}" }: Ihr Nachweis ist vorerst ausgesetzt
notice-suspended-text =
    Guten Tag { "{learner}" },

    { "{issuer}" } hat Ihren Nachweis „{ "{program}" }“ vorerst ausgesetzt. Solange das so ist, erfährt es, wer ihn prüft.

    Seine Seite: { "{link}" }

    Fragen? Schreiben Sie an { "{contact}" }.
notice-reinstated-subject = { "{program}" }: Ihr Nachweis gilt wieder
notice-reinstated-text =
    Guten Tag { "{learner}" },

    Ihr Nachweis „{ "{program}" }“ von { "{issuer}" } ist nicht länger ausgesetzt: Er gilt wieder, und wer ihn prüft, erfährt das.

    Seine Seite: { "{link}" }

    Fragen? Schreiben Sie an { "{contact}" }.
notice-footer =
    Sie erhalten diese Nachricht, weil { "{issuer}" } Ihnen einen Nachweis ausgestellt hat.
    Keine weiteren Nachrichten erhalten: { "{stop}" }
