# Mehreres in einem Text. $before ist, was schon verbunden ist.
list-next = { $before }, { $next }
list-and-next = { $before }, { $next }
list-and-last = { $before } und { $last }
list-or-next = { $before }, { $next }
list-or-last = { $before } oder { $last }
# Zwischen Teilen, die selbst Kommas haben.
list-apart = { $before }; { $next }
# Ein Name in einem Satz.
quoted = „{ $name }“
