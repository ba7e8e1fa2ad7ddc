### What the program says while it works and when it ends.

label-error = error:
label-caused-by = caused by:
label-hint = hint:
