# أشياء عدة في نص واحد. القيمة before هي ما جُمع من قبل.
list-next = { $before }، { $next }
list-and-next = { $before } و{ $next }
list-and-last = { $before } و{ $last }
list-or-next = { $before } أو { $next }
list-or-last = { $before } أو { $last }
# بين أجزاء فيها فواصل.
list-apart = { $before }؛ { $next }
# اسم داخل جملة.
quoted = «{ $name }»
