# لماذا جاءت نتيجة الفحص هكذا، لمن يفحص الشهادات من غير المطوّرين.
reason-not-reached = لم يترك فحص سابق ما يُفحص هنا.
reason-old-model = كُتبت وفق Verifiable Credentials 1.1، ولا تُفحص صيغته هنا.
reason-achievement-credential = هي شهادة إنجاز مكتملة وفق Open Badges.
reason-endorsement-credential = هي تزكية مكتملة وفق Open Badges.
reason-learner-record = إنها سجل تعلّم كامل يضم عدة شهادات.
reason-other-credential = هي شهادة قابلة للتحقق، لكن ما تقوله لا يتبع صيغة معروفة هنا.
reason-terms-defined = كل مصطلح فيها معرَّف، فالتوقيع يشمل معناه أيضًا.
reason-terms-of-use = كل مصطلح فيها معرَّف. وهي تذكر شروط استخدام يعود تقديرها إلى القارئ.
reason-context-unknown = معاني مصطلحاتها معرَّفة في { $address }، وهو غير معروف هنا.
reason-context-unknown-text-covered = معاني مصطلحاتها معرَّفة في { $address }، وهو غير معروف هنا، لكن التوقيع يشمل النص نفسه.
reason-no-schema = لا تعلن صيغة تلتزم بها.
reason-schema-met = تلتزم بالصيغة التي تعلنها.
reason-schema-not-met = لا تلتزم بالصيغة التي تعلنها؛ يُنظر فحص الاكتمال.
reason-schema-unknown = الصيغة التي تعلنها غير معروفة هنا: { $id }
reason-not-signed = ليست موقَّعة.
reason-signature-matches = التوقيع مطابق.
reason-signature-differs = التوقيع غير مطابق: غُيّرت الشهادة بعد توقيعها، أو وقّعها طرف آخر.
reason-no-proof-checked = تعذّر فحص أي توقيع بمفاتيح الجهة المُصدرة.
reason-key-published = المفتاح منشور لدى { $issuer }
reason-signed-by-another = تذكر { $issuer } جهةً مُصدرة، لكن من وقّعها هو { $signers }.
reason-keys-unavailable = تعذّر الاطلاع على مفاتيح { $controller }.
reason-keys-claimed = المفاتيح هي التي تنسبها الحزمة غير المتصلة إلى { $issuer }، ولا يضمنها أحد: فقد يأتي المزوِّر بمفاتيح من عنده.
reason-bundle-signed = الحزمة غير المتصلة كما وقّعتها الجهة المُصدرة في { $at }.
reason-key-revoked = كان المفتاح { $key } ملغى قبل التوقيع.
reason-key-expired = كان المفتاح { $key } منتهي الصلاحية عند التوقيع.
reason-made-in-future = يحمل التوقيع وقتًا في المستقبل.
reason-proof-expired = انتهت صلاحية التوقيع نفسه.
reason-in-force = تسري من { $from } حتى { $until }.
reason-in-force-from = تسري ابتداءً من { $from } بلا نهاية.
reason-in-force-until = تسري حتى { $until }.
reason-in-force-always = تسري بلا نهاية.
reason-not-yet-valid = لا تسري إلا ابتداءً من { $from }.
reason-expired = كانت سارية حتى { $on }.
reason-no-status = لا تذكر قائمة يمكن أن تُسحب بها.
reason-status-of-unsigned = لا معنى لحالتها من دون توقيع صحيح.
reason-list-unusable = تعذّر استعمال قائمة الجهة المُصدرة في { $list }.
reason-not-set = { $purpose ->
    [revocation] تفيد قائمة الجهة المُصدرة بأنها لم تُلغَ.
    [suspension] تفيد قائمة الجهة المُصدرة بأنها غير معلّقة.
    [refresh] تفيد قائمة الجهة المُصدرة بأنه لا يوجد إصدار أحدث منها.
   *[other] لا يوجد في قائمة الجهة المُصدرة ما يعيبها ({ $purpose }).
}
reason-revoked = تفيد قائمة الجهة المُصدرة بأنها أُلغيت.
reason-suspended = تفيد قائمة الجهة المُصدرة بأنها معلّقة.
reason-not-read-here = كُتبت بطريقة لا تُقرأ هنا.
reason-not-read-here-text-covered = كُتبت بطريقة لا تُقرأ هنا، لكن التوقيع يشمل النص نفسه.
reason-newer-edition = لدى الجهة المُصدرة إصدار أحدث منها.
reason-no-credential = لا توجد شهادة في هذا.
reason-too-much = فيها أكثر مما يُفحص هنا.
reason-not-fetched = تعذّر جلب أي شيء من { $address }.
