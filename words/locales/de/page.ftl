# Was um jede Seite herum steht, und die Seiten für das, was schiefging.
page-foot = Ausgestellt und geprüft mit Cairn. Jede Antwort auf dieser Seite wurde beim Öffnen ermittelt.
page-languages = Sprache

nothing-title = Hier ist nichts
nothing-text = Vielleicht ist der Link falsch geschrieben, oder das, wohin er führte, ist nicht öffentlich.
request-title = Das war nicht zu verstehen
request-text = Die Adresse oder das mit ihr Gesendete hat keine Form, die hier bekannt ist.
request-parameter = Der Parameter „{ $name }“ der Adresse fehlt, steht dort zweimal oder hat eine Form, die hier nicht bekannt ist.
request-paper = Das Papier ist „a4“ oder „letter“ („paper“).
request-profile = Das Profil ist „open-badges“ oder „vc-jose“ („profile“).
request-proof = Der Nachweis ist „eddsa-rdfc-2022“ oder „eddsa-jcs-2022“ („proof“).
request-algorithm = Der Algorithmus ist „EdDSA“ oder „ES256“ („alg“).
busy-title = Zu viele Anfragen
busy-text = Von dieser Adresse kam in zu kurzer Zeit zu viel. Bitte in ein paar Sekunden noch einmal versuchen.
fault-title = Diese Seite kam nicht zustande
fault-text = Der Fehler liegt beim Server und wurde festgehalten. Bitte später noch einmal versuchen.
fault-away = Etwas, das diese Seite braucht, ist gerade nicht erreichbar. Bitte in ein paar Sekunden noch einmal versuchen.

# Geschriebene Teile von Daten und Zahlen.
moment-in-zone = { $moment }, { $zone }
percent = { $number } %
