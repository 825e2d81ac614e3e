# ألفاظ لما تذكره الشهادات والبرامج بقيمة من قائمة.
credential-kind = { $kind ->
    [Achievement] إنجاز
    [ApprenticeshipCertificate] شهادة تدريب مهني
    [Assessment] تقييم
    [Assignment] واجب
    [AssociateDegree] درجة مشارك
    [Award] جائزة
    [Badge] شارة
    [BachelorDegree] درجة البكالوريوس
    [Certificate] شهادة
    [CertificateOfCompletion] شهادة إتمام
    [Certification] شهادة مهنية
    [CommunityService] خدمة مجتمعية
    [Competency] كفاية
    [Course] مقرر
    [CoCurricular] إنجاز مصاحب للمنهج
    [Degree] درجة علمية
    [Diploma] دبلوم
    [DoctoralDegree] درجة الدكتوراه
    [Fieldwork] عمل ميداني
    [GeneralEducationDevelopment] شهادة التعليم العام (GED)
    [JourneymanCertificate] شهادة حِرفي
    [LearningProgram] برنامج تعلّم
    [License] رخصة
    [Membership] عضوية
    [ProfessionalDoctorate] دكتوراه مهنية
    [QualityAssuranceCredential] شهادة ضمان الجودة
    [MasterCertificate] شهادة معلّم حِرفة
    [MasterDegree] درجة الماجستير
    [MicroCredential] شهادة مصغّرة
    [ResearchDoctorate] دكتوراه بحثية
    [SecondarySchoolDiploma] شهادة الثانوية العامة
    [Credential] شهادة
   *[other] { $kind }
}
level-in = المستوى { $level } في { $framework }
criteria-to-complete = إتمام «{ $title }».
result-name = { $key ->
    [overall] النتيجة الإجمالية
    [status] الإتمام
    [recognized] الاعتراف بالتعلّم السابق
   *[other] { $name }
}
hours = { $count ->
    [zero] بلا ساعات
    [one] ساعة واحدة
    [two] ساعتان
    [few] { $count } ساعات
    [many] { $count } ساعة
   *[other] { $count } ساعة
}
prior-learning-share = حتى { $share } بالاعتراف بالتعلّم السابق
delivery-mode = { $mode ->
    [online] عبر الإنترنت
    [on_site] حضوريًا
    [blended] مدمج
    [work_based] في مكان العمل
   *[other] { $mode }
}
assessment-kind = { $kind ->
    [quiz] اختبار قصير
    [exam] امتحان
    [project] مشروع
    [portfolio] ملف أعمال
    [practical_task] مهمة عملية
    [peer_review] تقييم الأقران
    [assignment] واجب
   *[other] { $kind }
}
supervision = { $way ->
    [none] بلا إشراف
    [proctored] بإشراف مراقب
    [on_site] بإشراف حضوري
   *[other] بإشراف: { $way }
}
identity-check = { $way ->
    [none] بلا تحقق من الهوية
    [account] تحقق من الهوية بحساب المستخدم
    [document] تحقق من الهوية بوثيقة
    [in_person] تحقق شخصي من الهوية
   *[other] تحقق من الهوية: { $way }
}
grading = { $way ->
    [automated] برنامج
    [expert] خبراء
    [peer] متعلمون آخرون
   *[other] { $way }
}
quality-assurance = { $body ->
    [internal] الجهة المُصدرة نفسها
    [external_agency] وكالة خارجية
    [professional_body] هيئة مهنية
   *[other] { $body }
}
result-status = { $status ->
    [Completed] مكتمل
    [Enrolled] مسجَّل
    [Failed] لم يُجتز
    [InProgress] جارٍ
    [OnHold] متوقف مؤقتًا
    [Provisional] مؤقت
    [Withdrew] انسحاب
   *[other] { $status }
}
