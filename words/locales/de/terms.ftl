# Wörter für das, was Nachweise und Programme durch einen Wert aus einer Liste angeben.
credential-kind = { $kind ->
    [Achievement] Leistung
    [ApprenticeshipCertificate] Ausbildungszeugnis
    [Assessment] Prüfung
    [Assignment] Aufgabe
    [AssociateDegree] Associate-Abschluss
    [Award] Auszeichnung
    [Badge] Badge
    [BachelorDegree] Bachelorabschluss
    [Certificate] Zertifikat
    [CertificateOfCompletion] Abschlussbescheinigung
    [Certification] Zertifizierung
    [CommunityService] Gemeinnützige Tätigkeit
    [Competency] Kompetenz
    [Course] Kurs
    [CoCurricular] Studienbegleitende Leistung
    [Degree] Akademischer Abschluss
    [Diploma] Diplom
    [DoctoralDegree] Doktorgrad
    [Fieldwork] Praxisphase
    [GeneralEducationDevelopment] Allgemeiner Bildungsabschluss (GED)
    [JourneymanCertificate] Gesellenbrief
    [LearningProgram] Lernprogramm
    [License] Lizenz
    [Membership] Mitgliedschaft
    [ProfessionalDoctorate] Berufsbezogenes Doktorat
    [QualityAssuranceCredential] Qualitätsnachweis
    [MasterCertificate] Meisterbrief
    [MasterDegree] Masterabschluss
    [MicroCredential] Microcredential
    [ResearchDoctorate] Forschungsdoktorat
    [SecondarySchoolDiploma] Schulabschluss der Sekundarstufe
    [Credential] Nachweis
   *[other] { $kind }
}
level-in = { $framework }-Niveau { $level }
criteria-to-complete = „{ $title }“ abschließen.
result-name = { $key ->
    [overall] Gesamtergebnis
    [status] Abschluss
    [recognized] Anerkennung von früher Gelerntem
   *[other] { $name }
}
hours = { $count ->
    [one] { $count } Stunde
   *[other] { $count } Stunden
}
prior-learning-share = bis zu { $share } durch Anerkennung von früher Gelerntem
delivery-mode = { $mode ->
    [online] online
    [on_site] vor Ort
    [blended] online und vor Ort
    [work_based] am Arbeitsplatz
   *[other] { $mode }
}
assessment-kind = { $kind ->
    [quiz] Quiz
    [exam] Prüfung
    [project] Projekt
    [portfolio] Portfolio
    [practical_task] praktische Aufgabe
    [peer_review] Bewertung durch andere Lernende
    [assignment] Hausarbeit
   *[other] { $kind }
}
supervision = { $way ->
    [none] ohne Aufsicht
    [proctored] unter Aufsicht (Proctoring)
    [on_site] unter Aufsicht vor Ort
   *[other] unter Aufsicht: { $way }
}
identity-check = { $way ->
    [none] ohne Prüfung der Identität
    [account] Identität durch Anmeldung geprüft
    [document] Identität anhand eines Ausweises geprüft
    [in_person] Identität persönlich geprüft
   *[other] Identität geprüft: { $way }
}
grading = { $way ->
    [automated] ein Programm
    [expert] Fachleute
    [peer] andere Lernende
   *[other] { $way }
}
quality-assurance = { $body ->
    [internal] die ausstellende Stelle selbst
    [external_agency] eine externe Agentur
    [professional_body] eine Berufsorganisation
   *[other] { $body }
}
result-status = { $status ->
    [Completed] Abgeschlossen
    [Enrolled] Eingeschrieben
    [Failed] Nicht bestanden
    [InProgress] Läuft
    [OnHold] Ruht
    [Provisional] Vorläufig
    [Withdrew] Zurückgezogen
   *[other] { $status }
}
