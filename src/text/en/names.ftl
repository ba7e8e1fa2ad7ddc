### Names: what people call the words of records.


# Why something is missing.
gap-reason-http_404 = WeChat's server has it no longer
gap-reason-http_410 = WeChat's server has it no longer
gap-reason-deleted_during_run = deleted while the backup ran
gap-reason-invalid_media_id = deleted, or WeChat does not know its id any more
gap-reason-expired_link = its link has expired
gap-reason-http_403 = WeChat's server refuses it
gap-reason-blocked_by_platform = blocked by the platform
gap-reason-no_permission = the account may not read it
gap-reason-hotlink_denied = WeChat gave a placeholder for it
gap-reason-timeout = the download took too long
gap-reason-http_5xx = WeChat's server failed
gap-reason-quota_exhausted = the day's calls were used up
gap-reason-rate_limited = too many calls at once
gap-reason-network = the network broke off
gap-reason-user_excluded = left out by the settings
gap-reason-over_size_limit = larger than allowed
gap-reason-embed_not_downloadable = embedded, and no file can be had
gap-reason-empty_body = WeChat gave an empty file
gap-reason-error_json_instead_of_media = WeChat gave an error message for it
gap-reason-truncated_body = the file was cut short
gap-reason-type_mismatch = the file is not what it should be
gap-reason-damaged_in_base = damaged in the archive before
gap-reason-other = another reason

# What kind of trouble a gap is.
gap-class-source_gone = WeChat has it no longer
gap-class-source_refused = WeChat does not give it
gap-class-transient = another run may get it
gap-class-policy = left out on purpose
gap-class-invalid_content = what came is not what was asked for
gap-class-other = another kind of trouble

# Sections of an account, and kinds of records.
section-image = Pictures
section-voice = Voices
section-video = Videos
section-news = News
section-draft = Drafts
section-published = Published
item-kind-image = Picture
item-kind-voice = Voice
item-kind-video = Video
item-kind-article = Article
item-kind-asset = In an article

# What became of an item, and of a run.
item-status-stored = stored
item-status-missing = missing
item-status-retired = no longer listed
run-status-complete = complete
run-status-complete-with-gaps = complete but for what waiting cannot mend
run-status-partial = partial

# Stretches of work.
phase-connect = connecting
phase-list = listing
phase-fetch = fetching
phase-seal = writing the archive
phase-check = checking
phase-restore = restoring
phase-extract = extracting
phase-upload = uploading
