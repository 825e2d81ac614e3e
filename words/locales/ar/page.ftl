# ما يحيط بكل صفحة، وصفحات ما لم ينجح.
page-foot = صدر وفُحص بواسطة Cairn. كل جواب في هذه الصفحة حُسب لحظة فتحها.
page-languages = اللغة

nothing-title = لا شيء هنا
nothing-text = قد يكون الرابط مكتوبًا خطأً، أو أن ما يؤدي إليه غير معروض للعموم.
request-title = تعذّر فهم الطلب
request-text = العنوان أو ما أُرسل معه ليس على صورة معروفة هنا.
request-parameter = المعامل «{ $name }» في العنوان ناقص أو مكرّر أو على صورة غير معروفة هنا.
request-paper = الورق هو «a4» أو «letter» («paper»).
request-profile = الصيغة هي «open-badges» أو «vc-jose» («profile»).
request-proof = الإثبات هو «eddsa-rdfc-2022» أو «eddsa-jcs-2022» («proof»).
request-algorithm = الخوارزمية هي «EdDSA» أو «ES256» («alg»).
busy-title = طلبات كثيرة جدًا
busy-text = وصل من هذا العنوان في وقت قصير أكثر مما يُسمح به. يُرجى إعادة المحاولة بعد ثوانٍ.
fault-title = تعذّر إعداد هذه الصفحة
fault-text = الخطأ من الخادم وقد سُجّل. يُرجى إعادة المحاولة لاحقًا.
fault-away = شيء تحتاج إليه هذه الصفحة غير متاح الآن. يُرجى إعادة المحاولة بعد ثوانٍ.

# الأجزاء المكتوبة من التواريخ والأعداد.
moment-in-zone = { $moment }، { $zone }
percent = { $number }%
