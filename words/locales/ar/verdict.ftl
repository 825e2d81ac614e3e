# هل الشهادة قائمة.
verdict-label = حالة الشهادة
verdict-valid = هذه الشهادة سارية
verdict-valid-meaning = هي أصلية ولم تُغيَّر، وسارية المفعول، ولم تُسحب.
verdict-revoked = أُلغيت هذه الشهادة
verdict-revoked-meaning = سحبتها الجهة التي أصدرتها، ولم تعد تشهد بشيء.
verdict-revoked-meaning-on = سحبتها الجهة التي أصدرتها في { $day }، ولم تعد تشهد بشيء.
verdict-replaced = استُبدلت هذه الشهادة
verdict-replaced-meaning = أصدرت الجهة شهادة مصحَّحة مكانها، وهي المعتمدة.
verdict-suspended = هذه الشهادة معلّقة
verdict-suspended-meaning = علّقتها الجهة التي أصدرتها مؤقتًا، وقد تعود سارية لاحقًا.
verdict-expired = انتهت صلاحية هذه الشهادة
verdict-expired-meaning = كانت أصلية وظلت سارية حتى نهايتها.
verdict-expired-meaning-on = كانت أصلية وظلت سارية حتى { $day }.
verdict-not-yet-valid = لم يبدأ سريان هذه الشهادة بعد
verdict-not-yet-valid-meaning = تسري ابتداءً من يوم لاحق.
verdict-not-yet-valid-meaning-on = تسري ابتداءً من { $day }.
verdict-invalid = هذه الشهادة غير صالحة
verdict-invalid-meaning = لا يُعتمد عليها. فشل أحد الفحوص، وهو مبيَّن أدناه.
verdict-unknown = تعذّر فحص هذه الشهادة كاملةً
verdict-unknown-meaning = ما تعذّر فحصه مبيَّن أدناه. يمكن إعادة المحاولة لاحقًا.
verdict-no-credential = لا توجد شهادة في هذا
verdict-no-credential-meaning = ليس هذا شارة ولا شهادة ولا ملف شهادة، أو أنه فقد ما يجعله كذلك، كما في لقطة شاشة أو نسخة مطبوعة أو صورة عُدّلت أو أُرسلت عبر بعض تطبيقات المراسلة. يُطلب الرابط أو الملف الأصلي.
verdict-as-of = الحالة كما في { $moment }

# كل فحص: السؤال ونتيجته.
check-structure = هل الشهادة مكتملة؟
check-terms = هل يشمل التوقيع كل ما ورد فيها؟
check-schema = هل تلتزم بالصيغة التي تعلنها؟
check-issuer = هل صدرت عن الجهة المذكورة فيها؟
check-proof = هل بقيت كما هي منذ توقيعها؟
check-dates = هل هي سارية اليوم؟
check-status = هل سلمت من الإلغاء والتعليق؟
check-recipient = هل هي للشخص المقصود؟
check-passed = نعم
check-failed = لا
check-undecided = تعذّر الفحص
check-not-needed = لا حاجة إليه
