# „Warum noch nicht?“: was Lernende für eine Verleihung noch zu tun haben, neben dem, was Regeln mit denselben Worten verlangen, und wie weit es ist. Alles
# sind Satzteile, geschrieben wie mitten im Satz.
requirement-units = { $units } erwerben
requirement-units-of = { $units } der Kategorie „{ $category }“ erwerben
requirement-credits = { $credits } erwerben
requirement-track = in den Track { $tracks } wechseln
requirement-identity = Ihre Identität prüfen lassen
requirement-whole = das Programm abschließen
requirement-component-unknown = den Teil „{ $name }“ abschließen
requirement-assessment-unknown = die Prüfung „{ $name }“ bestehen
requirement-ask = wenden Sie sich an den Anbieter
requirement-wait = warten Sie, bis Ihre Arbeit überprüft ist

# Was stattdessen genügt: $others sind solche Satzteile.
instead = oder stattdessen { $others }
instead-next = { $before } oder { $next }
instead-more = { $count ->
    [one] oder stattdessen { $others }, oder eine weitere Möglichkeit
   *[other] oder stattdessen { $others }, oder eine von { $count } weiteren Möglichkeiten
}

# Wie weit es ist.
standing-looked-into = sie wird gerade überprüft
standing-upheld = Ihre Arbeit wurde überprüft und führt zu keiner Verleihung
standing-so-far = bisher { $amount }
standing-track = im Track „{ $track }“
standing-no-track = in keinem Track
standing-identity = noch nicht geprüft
standing-whole = noch nicht als abgeschlossen gemeldet
standing-component-unknown = das Programm hat keinen solchen Teil; bitte wenden Sie sich an den Anbieter
standing-assessment-unknown = diese Prüfung gibt es noch nicht; bitte wenden Sie sich an den Anbieter
standing-credits-too-few = die Teile des Programms ergeben nicht so viel; bitte wenden Sie sich an den Anbieter
standing-impossible = die Regel verlangt mehr Teile, als sie nennt, und ist so nicht zu erfüllen

# Von einer Prüfung.
tried-needs-points = { $count ->
    [one] { $mark } von { $count } Punkt nötig
   *[other] { $mark } von { $count } Punkten nötig
}
tried-needs-pass = eine bestandene Bewertung ist nötig
tried-best = bisher bestes Ergebnis: { $points }
tried-looked-into = was Sie abgegeben haben, wird gerade überprüft
tried-waits = abgegeben, wartet auf die Bewertung
tried-returned = zur Überarbeitung zurückgegeben
tried-not-yet = noch nicht versucht
tried-unseen = dass Aufsicht und Prüfung der Identität wie verlangt stattfanden, ist nicht vermerkt
tried-again-looked-into = ein weiterer Versuch wird gerade überprüft
tried-again-waits = ein weiterer Versuch wartet auf die Bewertung

# Von einem Teil.
learned-not-started = noch nicht begonnen
learned-part = zu { $share } fertig
learned-done = fertig
learned-looked-into = fertig; wird gerade überprüft
learned-locked = wird freigeschaltet, sobald „{ $title }“ abgeschlossen ist
learned-within = innerhalb von „{ $title }“; wann es abgeschlossen wurde, ist nicht bekannt
learned-on = abgeschlossen am { $day }
learned-long-ago = { $count ->
    [one] abgeschlossen am { $day }, vor mehr als { $count } Monat
   *[other] abgeschlossen am { $day }, vor mehr als { $count } Monaten
}
learned-before = abgeschlossen am { $day }, vor Ihrer Einschreibung; mehr, als schon zählt, wird nicht übernommen
recognized-on = am { $day } als früher gelernt anerkannt; mehr, als schon zählt, wird nicht übernommen
recognized-drafted = Anerkennung als früher gelernt vorbereitet, aber noch nicht beantragt
recognized-waits = Anerkennung als früher gelernt beantragt, die Entscheidung steht aus
recognized-needs-evidence = Anerkennung als früher gelernt beantragt, weitere Belege werden verlangt
recognized-possible = kann anerkannt werden, wenn Sie es früher gelernt haben
recognized-used-up = kann nicht als früher gelernt anerkannt werden: anerkannt sind { $share } des Programms, höchstens { $most } dürfen es sein
