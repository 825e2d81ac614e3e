# الصفحة التي يوقف فيها المتعلمون الرسائل.
notice-page-title = الرسائل عبر البريد الإلكتروني
notice-page-wanted = تصلك رسائل من { $issuer } عندما يحدث شيء لإحدى شهاداتك.
notice-page-stop = إيقاف هذه الرسائل
notice-page-stopped = لن تصلك بعد الآن رسائل من { $issuer } عن شهاداتك.
notice-page-resume = إعادة إرسالها

# ما يُبلَّغ به المتعلمون بالبريد الإلكتروني. ما يرد بين قوسين وعلامتي اقتباس تحل محله قيمته عند إعداد الرسالة، ويُحذف كل سطر تنقصه قيمة.
notice-awarded-subject = { "{program}" }: شهادتك من { "{issuer}" }
notice-awarded-text =
    مرحبًا { "{learner}" }،

    منحتك { "{issuer}" } شهادة «{ "{program}" }». تهانينا!

    يمكنك الاطلاع عليها ومشاركتها وتنزيلها هنا: { "{link}" }

    تسري حتى { "{validUntil}" }.

    للأسئلة يمكنك الكتابة إلى { "{contact}" }
notice-renewed-subject = { "{program}" }: جُدّدت شهادتك
notice-renewed-text =
    مرحبًا { "{learner}" }،

    جدّدت { "{issuer}" } شهادتك «{ "{program}" }».

    تسري الآن حتى { "{validUntil}" }.

    الشهادة الجديدة هنا: { "{link}" }

    للأسئلة يمكنك الكتابة إلى { "{contact}" }
notice-replaced-subject = { "{program}" }: استُبدلت شهادتك بأخرى جديدة
notice-replaced-text =
    مرحبًا { "{learner}" }،

    أعادت { "{issuer}" } إصدار شهادتك «{ "{program}" }». تحل الشهادة الجديدة محل السابقة التي لم تعد سارية.

    الشهادة الجديدة هنا: { "{link}" }

    للأسئلة يمكنك الكتابة إلى { "{contact}" }
notice-expiring-subject = { "{program}" }: شهادتك تنتهي قريبًا
notice-expiring-text =
    مرحبًا { "{learner}" }،

    تسري شهادتك «{ "{program}" }» من { "{issuer}" } حتى { "{validUntil}" }، وتُعدّ بعد ذلك منتهية.

    تجدها هنا: { "{link}" }

    لمعرفة إمكان تجديدها وكيفيته يمكنك الكتابة إلى { "{contact}" }
notice-revoked-subject = { "{program}" }: أُلغيت شهادتك
notice-revoked-text =
    مرحبًا { "{learner}" }،

    ألغت { "{issuer}" } شهادتك «{ "{program}" }» الصادرة في { "{issuedOn}" }. لم تعد سارية، ويُبلَّغ بذلك كل من يتحقق منها.

    صفحتها: { "{link}" }

    إذا كنت ترى أن في الأمر خطأ فيمكنك الكتابة إلى { "{contact}" }
notice-suspended-subject = { "{program}" }: عُلّقت شهادتك مؤقتًا
notice-suspended-text =
    مرحبًا { "{learner}" }،

    علّقت { "{issuer}" } شهادتك «{ "{program}" }» مؤقتًا، ويُبلَّغ بذلك كل من يتحقق منها ما دام التعليق قائمًا.

    صفحتها: { "{link}" }

    للأسئلة يمكنك الكتابة إلى { "{contact}" }
notice-reinstated-subject = { "{program}" }: شهادتك سارية من جديد
notice-reinstated-text =
    مرحبًا { "{learner}" }،

    لم تعد شهادتك «{ "{program}" }» من { "{issuer}" } معلّقة: هي سارية من جديد، ويُبلَّغ بذلك كل من يتحقق منها.

    صفحتها: { "{link}" }

    للأسئلة يمكنك الكتابة إلى { "{contact}" }
notice-footer =
    تصلك هذه الرسالة لأن { "{issuer}" } أصدرت لك شهادة.
    لإيقاف هذه الرسائل: { "{stop}" }
