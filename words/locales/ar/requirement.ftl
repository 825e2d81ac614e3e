# «لماذا ليس بعد؟»: ما بقي على المتعلّم لينال المنح، إلى جانب ما تطلبه القواعد بالألفاظ نفسها، وإلى أين وصل. كلها عبارات تُكتب كما ترد داخل الجملة.
requirement-units = الحصول على { $units }
requirement-units-of = الحصول على { $units } من فئة «{ $category }»
requirement-credits = الحصول على { $credits }
requirement-track = الانتقال إلى المسار { $tracks }
requirement-identity = التحقق من هويتك
requirement-whole = إكمال البرنامج
requirement-component-unknown = إكمال المكوّن «{ $name }»
requirement-assessment-unknown = اجتياز التقييم «{ $name }»
requirement-ask = الرجوع إلى مقدّم البرنامج
requirement-wait = انتظار انتهاء التدقيق في عملك

# ما يُغني عنه: القيمة others عبارات كهذه.
instead = أو { $others } بدلًا من ذلك
instead-next = { $before } أو { $next }
instead-more = { $count ->
    [zero] أو { $others } بدلًا من ذلك، أو غيره
    [one] أو { $others } بدلًا من ذلك، أو خيار آخر
    [two] أو { $others } بدلًا من ذلك، أو أحد خيارين آخرين
    [few] أو { $others } بدلًا من ذلك، أو أحد { $count } خيارات أخرى
    [many] أو { $others } بدلًا من ذلك، أو أحد { $count } خيارًا آخر
   *[other] أو { $others } بدلًا من ذلك، أو أحد { $count } خيار آخر
}

# إلى أين وصل.
standing-looked-into = يجري التدقيق فيه حاليًا
standing-upheld = جرى التدقيق في عملك، وهو لا يؤدي إلى المنح
standing-so-far = { $amount } حتى الآن
standing-track = في المسار «{ $track }»
standing-no-track = بلا مسار
standing-identity = لم يجرِ التحقق بعد
standing-whole = لم يُبلَّغ عن إكماله بعد
standing-component-unknown = ليس في البرنامج مكوّن كهذا، ويُرجى الرجوع إلى مقدّمه
standing-assessment-unknown = لا يوجد تقييم كهذا بعد، ويُرجى الرجوع إلى مقدّم البرنامج
standing-credits-too-few = مكوّنات البرنامج لا تمنح هذا القدر، ويُرجى الرجوع إلى مقدّمه
standing-impossible = تطلب القاعدة أجزاء أكثر مما تذكره، فلا سبيل إلى استيفائها

# عن تقييم.
tried-needs-points = { $count ->
    [zero] المطلوب { $mark } من { $count } نقطة
    [one] المطلوب { $mark } من نقطة واحدة
    [two] المطلوب { $mark } من نقطتين
    [few] المطلوب { $mark } من { $count } نقاط
    [many] المطلوب { $mark } من { $count } نقطة
   *[other] المطلوب { $mark } من { $count } نقطة
}
tried-needs-pass = المطلوب درجة نجاح
tried-best = أفضل نتيجة حتى الآن { $points }
tried-looked-into = يجري التدقيق حاليًا فيما سلّمته
tried-waits = سُلِّم وينتظر التقييم
tried-returned = أُعيد إليك لتعديله
tried-not-yet = لم تجرِ أي محاولة بعد
tried-unseen = لم يُسجَّل أن الإشراف والتحقق من الهوية جريا كما هو مطلوب
tried-again-looked-into = يجري التدقيق حاليًا في محاولة أخرى
tried-again-waits = محاولة أخرى تنتظر التقييم

# عن مكوّن.
learned-not-started = لم يبدأ بعد
learned-part = أُنجز { $share } منه
learned-done = أُنجز
learned-looked-into = أُنجز، ويجري التدقيق فيه حاليًا
learned-locked = يُفتح عند إكمال «{ $title }»
learned-within = ضمن «{ $title }»، ولا يُعرف متى أُكمل
learned-on = أُكمل في { $day }
learned-long-ago = { $count ->
    [zero] أُكمل في { $day }، قبل أكثر من { $count } شهر
    [one] أُكمل في { $day }، قبل أكثر من شهر واحد
    [two] أُكمل في { $day }، قبل أكثر من شهرين
    [few] أُكمل في { $day }، قبل أكثر من { $count } أشهر
    [many] أُكمل في { $day }، قبل أكثر من { $count } شهرًا
   *[other] أُكمل في { $day }، قبل أكثر من { $count } شهر
}
learned-before = أُكمل في { $day } قبل تسجيلك، ولا يُنقل أكثر مما يُحتسب حاليًا
recognized-on = اعتُرف به في { $day } تعلّمًا سابقًا، ولا يُنقل أكثر مما يُحتسب حاليًا
recognized-drafted = أُعدّ طلب الاعتراف به تعلّمًا سابقًا ولم يُقدَّم بعد
recognized-waits = قُدِّم طلب الاعتراف به تعلّمًا سابقًا وينتظر القرار
recognized-needs-evidence = قُدِّم طلب الاعتراف به تعلّمًا سابقًا، ومطلوب مزيد من الأدلة
recognized-possible = يمكن الاعتراف به إن سبق لك تعلّمه
recognized-used-up = لا يمكن الاعتراف به تعلّمًا سابقًا: اعتُرف بنسبة { $share } من البرنامج، والحد الأقصى { $most }
