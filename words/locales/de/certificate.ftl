# Das Zertifikat als PDF.
certificate-heading = Zertifikat
# Vor dem Namen.
certificate-introduction = Hiermit wird bescheinigt:
# Zwischen dem Namen und dem Titel.
certificate-statement = hat den folgenden Nachweis erworben:
certificate-check = Scannen und sehen, ob der Nachweis noch gilt
# Wohin der QR-Code führt, für alle, die ihn nicht sehen.
certificate-code = Die Seite dieses Nachweises, die ihn bei jedem Öffnen prüft
certificate-attachment = Der signierte Nachweis (Open Badges 3.0), für jedes Prüfprogramm und jede Wallet
certificate-revoked = Dieser Nachweis wurde widerrufen. Er bescheinigt nichts mehr.
certificate-revoked-on = Dieser Nachweis wurde am { $day } widerrufen. Er bescheinigt nichts mehr.
certificate-replaced-on = Dieser Nachweis wurde am { $day } durch einen berichtigten ersetzt.
certificate-replaced = Dieser Nachweis wurde durch einen berichtigten ersetzt.
certificate-suspended = Dieser Nachweis ist vorläufig ausgesetzt. Ob er wieder gilt, sagt seine Seite.
certificate-expired = Dieser Nachweis gilt nicht mehr.
certificate-expired-on = Dieser Nachweis galt bis zum { $day }.
