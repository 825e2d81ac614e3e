# Was eine Abschlussregel verlangt, als Satzteile: geschrieben wie mitten im Satz; jeder kann auch am Anfang stehen.
clause-component = „{ $title }“ abschließen
clause-assessment = „{ $title }“ bestehen
clause-evidence = Ihre Belege zu „{ $title }“ anerkennen lassen
clause-score = ein Gesamtergebnis von mindestens { $score } erreichen

# So viel, wo ein Satzteil sagt, dass es zu erwerben ist.
earned-units = { $count ->
    [one] { $count } Weiterbildungseinheit
   *[other] { $count } Weiterbildungseinheiten
}
earned-credits = { $scheme ->
    [ECTS] { $count ->
        [one] { $count } ECTS-Leistungspunkt
       *[other] { $count } ECTS-Leistungspunkte
    }
    [UK_CATS] { $count ->
        [one] { $count } UK-CATS-Leistungspunkt
       *[other] { $count } UK-CATS-Leistungspunkte
    }
    [US_SEMESTER_HOURS] { $count ->
        [one] { $count } US-Semesterstunde
       *[other] { $count } US-Semesterstunden
    }
   *[other] { $count ->
        [one] { $count } Leistungspunkt
       *[other] { $count } Leistungspunkte
    }
}

# Die Regel als Ganzes.
rule-sentence = { $rule }.
# Eine Gruppe in einer Gruppe, damit ihr „oder“ nicht in ein anderes „und“ läuft.
rule-enclosed = ({ $rule })
rule-at-least = mindestens { $count } von diesen { $all } erfüllen: { $rules }
rule-units = mindestens { $units } erwerben
rule-units-of = mindestens { $units } der Kategorie „{ $category }“ erwerben
rule-category = eine Prüfung der Kategorie „{ $category }“ bestehen
rule-group = { $count ->
    [one] { $count } Teil der Gruppe „{ $title }“ abschließen
   *[other] { $count } Teile der Gruppe „{ $title }“ abschließen
}
rule-group-unknown = die Gruppe „{ $code }“ abschließen
rule-share = mindestens { $share } aller Teile abschließen
rule-track = im Track { $tracks } teilnehmen
rule-identity = Ihre Identität prüfen lassen
rule-any-identity = teilnehmen, mit oder ohne Prüfung Ihrer Identität
rule-credits = mindestens { $credits } erwerben
rule-credits-at-level = mindestens { $credits } auf { $framework }-Niveau { $level } oder höher erwerben
# Grenzen, die auf den Satzteil $rule folgen.
rule-credits-recent = { $count ->
    [one] { $rule }, nichts davon bei der Verleihung älter als { $count } Monat
   *[other] { $rule }, nichts davon bei der Verleihung älter als { $count } Monate
}
rule-credits-carried = { $rule }, höchstens { $most } davon aus der Zeit vor Ihrer Einschreibung
