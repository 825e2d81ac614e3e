# Ob ein Nachweis gilt.
verdict-label = Ob der Nachweis gilt
verdict-valid = Dieser Nachweis gilt
verdict-valid-meaning = Er ist echt, unverändert, in Kraft und wurde nicht zurückgenommen.
verdict-revoked = Dieser Nachweis wurde widerrufen
verdict-revoked-meaning = Die ausstellende Stelle hat ihn zurückgenommen. Er bescheinigt nichts mehr.
verdict-revoked-meaning-on = Die ausstellende Stelle hat ihn am { $day } zurückgenommen. Er bescheinigt nichts mehr.
verdict-replaced = Dieser Nachweis wurde ersetzt
verdict-replaced-meaning = Die ausstellende Stelle hat an seiner Stelle einen berichtigten ausgestellt. Dieser ist maßgeblich.
verdict-suspended = Dieser Nachweis ist ausgesetzt
verdict-suspended-meaning = Die ausstellende Stelle hat ihn vorläufig ausgesetzt. Er kann später wieder gelten.
verdict-expired = Dieser Nachweis ist abgelaufen
verdict-expired-meaning = Er war echt und galt bis zu seinem Ende.
verdict-expired-meaning-on = Er war echt und galt bis zum { $day }.
verdict-not-yet-valid = Dieser Nachweis gilt noch nicht
verdict-not-yet-valid-meaning = Er gilt erst ab einem späteren Tag.
verdict-not-yet-valid-meaning-on = Er gilt ab dem { $day }.
verdict-invalid = Dieser Nachweis ist ungültig
verdict-invalid-meaning = Auf ihn ist kein Verlass. Eine Prüfung ist gescheitert; welche, steht weiter unten.
verdict-unknown = Dieser Nachweis ließ sich nicht vollständig prüfen
verdict-unknown-meaning = Was sich nicht prüfen ließ, steht weiter unten. Ein späterer Versuch kann helfen.
verdict-no-credential = Darin ist kein Nachweis
verdict-no-credential-meaning = Es ist weder Badge noch Zertifikat noch Nachweisdatei, oder das, was es dazu macht, ging verloren: etwa bei einem Bildschirmfoto, einem Ausdruck oder einem Bild, das bearbeitet oder durch manche Messenger geschickt wurde. Am besten um den Link oder die Originaldatei bitten.
verdict-as-of = Stand: { $moment }

# Jede Prüfung: was gefragt wird und was dabei herauskam.
check-structure = Ist der Nachweis vollständig?
check-terms = Deckt die Signatur jede Aussage ab?
check-schema = Hält er die Form ein, die er angibt?
check-issuer = Stammt er von der Stelle, die er nennt?
check-proof = Ist er seit der Signatur unverändert?
check-dates = Ist er heute in Kraft?
check-status = Ist er weder widerrufen noch ausgesetzt?
check-recipient = Gehört er der erwarteten Person?
check-passed = Ja
check-failed = Nein
check-undecided = Nicht prüfbar
check-not-needed = Nicht nötig
