# Warum eine Prüfung so ausging, für Menschen, die Nachweise prüfen und nicht programmieren.
reason-not-reached = Eine frühere Prüfung ließ hier nichts zu prüfen übrig.
reason-old-model = Er ist nach Verifiable Credentials 1.1 geschrieben; dessen Form wird hier nicht geprüft.
reason-achievement-credential = Es ist ein vollständiger Nachweis einer Leistung nach Open Badges.
reason-endorsement-credential = Es ist eine vollständige Befürwortung nach Open Badges.
reason-learner-record = Es ist ein vollständiger Lernnachweis aus mehreren Nachweisen.
reason-other-credential = Es ist ein prüfbarer Nachweis; was er aussagt, folgt keiner hier bekannten Form.
reason-terms-defined = Jeder Begriff darin ist definiert; die Signatur deckt also auch ab, was er bedeutet.
reason-terms-of-use = Jeder Begriff darin ist definiert. Genannte Nutzungsbedingungen sind selbst zu beurteilen.
reason-context-unknown = Was seine Begriffe bedeuten, steht unter { $address }; das ist hier nicht bekannt.
reason-context-unknown-text-covered = Was seine Begriffe bedeuten, steht unter { $address }; das ist hier nicht bekannt. Die Signatur deckt aber den Text selbst ab.
reason-no-schema = Er gibt keine Form an, die er einhalten müsste.
reason-schema-met = Er hält die Form ein, die er angibt.
reason-schema-not-met = Er hält die Form nicht ein, die er angibt; siehe, ob er vollständig ist.
reason-schema-unknown = Die Form, die er angibt, ist hier nicht bekannt: { $id }
reason-not-signed = Er ist nicht signiert.
reason-signature-matches = Die Signatur stimmt.
reason-signature-differs = Die Signatur stimmt nicht: Er wurde seitdem verändert, oder jemand anderes hat ihn signiert.
reason-no-proof-checked = Keine Signatur ließ sich gegen die Schlüssel der ausstellenden Stelle prüfen.
reason-key-published = Der Schlüssel ist veröffentlicht von { $issuer }
reason-signed-by-another = Er nennt { $issuer } als ausstellende Stelle, signiert hat aber { $signers }.
reason-keys-unavailable = Die Schlüssel von { $controller } ließen sich nicht nachschlagen.
reason-keys-claimed = Die Schlüssel sind die, die das Offline-Paket für { $issuer } angibt. Niemand bürgt für sie: Ein Fälscher könnte eigene mitbringen.
reason-bundle-signed = Das Offline-Paket ist so, wie die ausstellende Stelle es am { $at } signiert hat.
reason-key-revoked = Der Schlüssel { $key } war schon widerrufen, als signiert wurde.
reason-key-expired = Der Schlüssel { $key } war schon abgelaufen, als signiert wurde.
reason-made-in-future = Die Signatur trägt einen Zeitpunkt in der Zukunft.
reason-proof-expired = Die Signatur selbst ist abgelaufen.
reason-in-force = Er gilt vom { $from } bis zum { $until }.
reason-in-force-from = Er gilt ab dem { $from }, unbegrenzt.
reason-in-force-until = Er gilt bis zum { $until }.
reason-in-force-always = Er gilt unbegrenzt.
reason-not-yet-valid = Er gilt erst ab dem { $from }.
reason-expired = Er galt bis zum { $on }.
reason-no-status = Er nennt keine Liste, über die er zurückgenommen werden könnte.
reason-status-of-unsigned = Ohne gültige Signatur besagt sein Status nichts.
reason-list-unusable = Die Liste der ausstellenden Stelle unter { $list } ließ sich nicht verwenden.
reason-not-set = { $purpose ->
    [revocation] Laut der Liste der ausstellenden Stelle ist er nicht widerrufen.
    [suspension] Laut der Liste der ausstellenden Stelle ist er nicht ausgesetzt.
    [refresh] Laut der Liste der ausstellenden Stelle gibt es keine neuere Ausgabe.
   *[other] Laut der Liste der ausstellenden Stelle spricht nichts gegen ihn ({ $purpose }).
}
reason-revoked = Laut der Liste der ausstellenden Stelle ist er widerrufen.
reason-suspended = Laut der Liste der ausstellenden Stelle ist er ausgesetzt.
reason-not-read-here = Er ist auf eine Weise geschrieben, die hier nicht gelesen wird.
reason-not-read-here-text-covered = Er ist auf eine Weise geschrieben, die hier nicht gelesen wird; die Signatur deckt aber den Wortlaut selbst ab.
reason-newer-edition = Die ausstellende Stelle hat eine neuere Ausgabe.
reason-no-credential = Darin ist kein Nachweis.
reason-too-much = Er enthält mehr, als hier geprüft wird.
reason-not-fetched = Von { $address } ließ sich nichts abrufen.
