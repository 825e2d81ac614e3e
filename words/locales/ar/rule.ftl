# ما تطلبه قاعدة الإتمام، عبارةً عبارة: تُكتب كل عبارة كما ترد داخل الجملة، ويصح أن تبدأ بها.
clause-component = إكمال «{ $title }»
clause-assessment = اجتياز «{ $title }»
clause-evidence = نيل الموافقة على أدلتك المقدَّمة في «{ $title }»
clause-score = بلوغ نتيجة إجمالية لا تقل عن { $score }

# المقدار حيث تقول العبارة إنه يُكتسب، أي بعد «على».
earned-units = { $count ->
    [zero] { $count } وحدة تعليم مستمر
    [one] وحدة تعليم مستمر واحدة
    [two] وحدتي تعليم مستمر
    [few] { $count } وحدات تعليم مستمر
    [many] { $count } وحدة تعليم مستمر
   *[other] { $count } وحدة تعليم مستمر
}
earned-credits = { $scheme ->
    [ECTS] { $count ->
        [zero] { $count } نقطة ECTS معتمدة
        [one] نقطة ECTS معتمدة واحدة
        [two] نقطتي ECTS معتمدتين
        [few] { $count } نقاط ECTS معتمدة
        [many] { $count } نقطة ECTS معتمدة
       *[other] { $count } نقطة ECTS معتمدة
    }
    [UK_CATS] { $count ->
        [zero] { $count } نقطة UK CATS معتمدة
        [one] نقطة UK CATS معتمدة واحدة
        [two] نقطتي UK CATS معتمدتين
        [few] { $count } نقاط UK CATS معتمدة
        [many] { $count } نقطة UK CATS معتمدة
       *[other] { $count } نقطة UK CATS معتمدة
    }
    [US_SEMESTER_HOURS] { $count ->
        [zero] { $count } ساعة فصلية أمريكية
        [one] ساعة فصلية أمريكية واحدة
        [two] ساعتين فصليتين أمريكيتين
        [few] { $count } ساعات فصلية أمريكية
        [many] { $count } ساعة فصلية أمريكية
       *[other] { $count } ساعة فصلية أمريكية
    }
   *[other] { $count ->
        [zero] { $count } نقطة معتمدة
        [one] نقطة معتمدة واحدة
        [two] نقطتين معتمدتين
        [few] { $count } نقاط معتمدة
        [many] { $count } نقطة معتمدة
       *[other] { $count } نقطة معتمدة
    }
}

# القاعدة كاملة.
rule-sentence = { $rule }.
# مجموعة داخل مجموعة، كي لا تختلط «أو» فيها بـ«و» خارجها.
rule-enclosed = ({ $rule })
rule-at-least = تحقيق { $count } على الأقل من { $all } مما يأتي: { $rules }
rule-units = الحصول على { $units } على الأقل
rule-units-of = الحصول على { $units } على الأقل من فئة «{ $category }»
rule-category = اجتياز تقييم من فئة «{ $category }»
rule-group = { $count ->
    [zero] إكمال { $count } جزء من المجموعة «{ $title }»
    [one] إكمال جزء واحد من المجموعة «{ $title }»
    [two] إكمال جزأين من المجموعة «{ $title }»
    [few] إكمال { $count } أجزاء من المجموعة «{ $title }»
    [many] إكمال { $count } جزءًا من المجموعة «{ $title }»
   *[other] إكمال { $count } جزء من المجموعة «{ $title }»
}
rule-group-unknown = إكمال المجموعة «{ $code }»
rule-share = إكمال ما لا يقل عن { $share } من جميع الأجزاء
rule-track = المشاركة في المسار { $tracks }
rule-identity = التحقق من هويتك
rule-any-identity = المشاركة، سواء جرى التحقق من هويتك أم لا
rule-credits = الحصول على { $credits } على الأقل
rule-credits-at-level = الحصول على { $credits } على الأقل في المستوى { $level } من { $framework } أو أعلى منه
# حدود تلي العبارة rule.
rule-credits-recent = { $count ->
    [zero] { $rule }، على ألا يكون قد مضى على أي منها عند المنح أكثر من { $count } شهر
    [one] { $rule }، على ألا يكون قد مضى على أي منها عند المنح أكثر من شهر واحد
    [two] { $rule }، على ألا يكون قد مضى على أي منها عند المنح أكثر من شهرين
    [few] { $rule }، على ألا يكون قد مضى على أي منها عند المنح أكثر من { $count } أشهر
    [many] { $rule }، على ألا يكون قد مضى على أي منها عند المنح أكثر من { $count } شهرًا
   *[other] { $rule }، على ألا يكون قد مضى على أي منها عند المنح أكثر من { $count } شهر
}
rule-credits-carried = { $rule }، على ألا يزيد ما يُنقل منها من قبل تسجيلك على { $most }
