# الصفحة التي يوقف فيها المتعلمون الرسائل.
notice-page-title = الرسائل عبر البريد الإلكتروني
notice-page-wanted = تصلك رسائل من { $issuer } عندما يحدث شيء لإحدى شهاداتك.
notice-page-stop = إيقاف هذه الرسائل
notice-page-stopped = لن تصلك بعد الآن رسائل من { $issuer } عن شهاداتك.
notice-page-resume = إعادة إرسالها
