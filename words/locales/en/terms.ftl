# Words for what credentials and programs state by a value of a list.
credential-kind = { $kind ->
    [Achievement] Achievement
    [ApprenticeshipCertificate] Apprenticeship Certificate
    [Assessment] Assessment
    [Assignment] Assignment
    [AssociateDegree] Associate Degree
    [Award] Award
    [Badge] Badge
    [BachelorDegree] Bachelor Degree
    [Certificate] Certificate
    [CertificateOfCompletion] Certificate of Completion
    [Certification] Certification
    [CommunityService] Community Service
    [Competency] Competency
    [Course] Course
    [CoCurricular] Co-curricular Achievement
    [Degree] Degree
    [Diploma] Diploma
    [DoctoralDegree] Doctoral Degree
    [Fieldwork] Fieldwork
    [GeneralEducationDevelopment] General Education Development
    [JourneymanCertificate] Journeyman Certificate
    [LearningProgram] Learning Program
    [License] License
    [Membership] Membership
    [ProfessionalDoctorate] Professional Doctorate
    [QualityAssuranceCredential] Quality Assurance Credential
    [MasterCertificate] Master Certificate
    [MasterDegree] Master Degree
    [MicroCredential] Micro Credential
    [ResearchDoctorate] Research Doctorate
    [SecondarySchoolDiploma] Secondary School Diploma
    [Credential] Credential
   *[other] { $kind }
}
level-in = { $framework } level { $level }
criteria-to-complete = Complete “{ $title }”.
result-name = { $key ->
    [overall] Overall score
    [status] Completion
    [recognized] Recognition of prior learning
   *[other] { $name }
}
hours = { $count ->
    [one] { $count } hour
   *[other] { $count } hours
}
prior-learning-share = up to { $share } by recognition of prior learning
delivery-mode = { $mode ->
    [online] online
    [on_site] on site
    [blended] blended
    [work_based] work based
   *[other] { $mode }
}
assessment-kind = { $kind ->
    [quiz] quiz
    [exam] exam
    [project] project
    [portfolio] portfolio
    [practical_task] practical task
    [peer_review] peer review
    [assignment] assignment
   *[other] { $kind }
}
supervision = { $way ->
    [none] unsupervised
    [proctored] supervised, proctored
    [on_site] supervised, on site
   *[other] supervised, { $way }
}
identity-check = { $way ->
    [none] without identity check
    [account] identity checked by account
    [document] identity checked by document
    [in_person] identity checked in person
   *[other] identity checked by { $way }
}
grading = { $way ->
    [automated] a program
    [expert] experts
    [peer] other learners
   *[other] { $way }
}
quality-assurance = { $body ->
    [internal] the issuer itself
    [external_agency] an external agency
    [professional_body] a professional body
   *[other] { $body }
}
result-status = { $status ->
    [Completed] Completed
    [Enrolled] Enrolled
    [Failed] Failed
    [InProgress] In progress
    [OnHold] On hold
    [Provisional] Provisional
    [Withdrew] Withdrew
   *[other] { $status }
}
