# Die Seite eines geteilten Lernpasses: was eine Person erworben und gemacht hat, soweit sie es zeigt.
passport-kind = Lernpass
passport-unnamed = Eine lernende Person
passport-chosen = Den Namen und was hier gezeigt wird, hat die Person selbst gewählt. Wie es um jeden Nachweis steht, ist gesagt, wie es dieser Server zu diesem Zeitpunkt wusste; seine eigene Seite sagt, wem er verliehen wurde, und prüft die Signatur.
passport-count = { $count ->
    [one] { $count } Nachweis
   *[other] { $count } Nachweise
}
passport-credentials = Nachweise
passport-empty = Es wird kein Nachweis gezeigt.
passport-more = Mehr zeigen
passport-back = Zurück zum ganzen Lernpass
passport-awarded = Verliehen am { $day }
passport-valid-from = Gültig ab { $day }
passport-valid-until = Gültig bis { $day }
passport-was-valid-until = War gültig bis { $day }
passport-renewable-since = Erneuerbar seit { $day }
passport-renewable-from = Erneuerbar ab { $day }
passport-renewable-until = Erneuerbar bis { $day }
passport-state = { $state ->
    [stands] Gültig
    [expiring] Läuft bald ab
    [not_yet] Noch nicht gültig
    [expired] Abgelaufen
    [renewed] Erneuert
    [suspended] Ausgesetzt
    [revoked] Widerrufen
    [replaced] Ersetzt
    [unreliable] Nicht verlässlich
   *[other] { $state }
}
passport-parts = { $count ->
    [one] { $done } von { $count } Teil erledigt
   *[other] { $done } von { $count } Teilen erledigt
}
passport-completed = Abgeschlossen am { $day }
passport-part-done = Erledigt am { $day }
passport-part-missing = Fehlt noch

# Was die Person selbst gemacht hat.
passport-keep = Aufbewahren
passport-pdf = Lernpass (PDF)
passport-record = Die signierte Lernakte
passport-record-hint = JSON, Comprehensive Learner Record 2.0: die Nachweise, wie ihre Aussteller sie signiert haben

# The same as one PDF.
passport-scan = Scannen, um den heutigen Stand zu sehen
# What the QR code leads to, for those who do not see it.
passport-code = Die Seite dieses Lernpasses, die sagt, wie es um jeden Nachweis steht
passport-page = Seite { $page } von { $pages }
passport-attachment = Die signierte Lernakte (1EdTech CLR 2.0) mit diesen Nachweisen, für jedes Prüfprogramm
passport-printed-in-part = Nicht alles hat hier Platz; das Übrige steht auf der Seite des Lernpasses.

project-title = Projekte
project-made = { $from } bis { $to }
project-since = Seit { $day }
project-finished = Fertig am { $day }
project-files = Dateien
project-digest = Prüfsumme: { $digest }
project-shows = Zeigt
project-belongs = Gehört zu
project-size = { $unit ->
    [kb] { $size } KB
    [mb] { $size } MB
    [gb] { $size } GB
    [tb] { $size } TB
   *[other] { $size } Byte
}
