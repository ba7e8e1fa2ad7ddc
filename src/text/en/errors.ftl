### Errors of the library: one message a kind of failure.

# What somebody else says, as it is.
verbatim = { $text }
error-caused = { $error }: { $cause }

path-cannot =
    cannot { $action ->
        [read-folder] read folder
        [write-into] write into
        [open-folder] open folder
        [open-the-folder-of] open the folder of
        [create-folder] create folder
        [create-a-file-in] create a file in
        [sync-folder] sync folder
        [change-the-mode-of] change the mode of
        [ask-for-free-space-in] ask for free space in
        [look-at] look at
       *[other] { $action }
    } { $path }

# What the operating system says: its text in English, its code in both.
system-error =
    { $kind ->
       *[other] { $said }
    } (os error { $code })
system-error-kind =
    { $kind ->
       *[other] { $said }
    }

path-is-a-link = it is a symbolic link, which somebody else may have planted

net-proxy = the proxy must be an http, https, socks5 or socks5h URL
net-no-certificate = the CA file holds no certificate in PEM
net-client = the HTTP client cannot be set up
text-no-language = the languages are zh and en
