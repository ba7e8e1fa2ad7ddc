### Telling whoever is to be told: why it failed.

notify-no-network = the network cannot be used
notify-cannot-send = cannot send it
notify-late = it took longer than { $seconds } s
notify-stopped = the program was asked to stop before it was done
notify-status = the answer is HTTP { $status }
notify-refused = the chat refused it: { $text } ({ $code })
notify-not-a-chat = the answer is not that of a chat of this kind
notify-cannot-run = cannot run `{ $program }`
notify-ended = `{ $program }` ended with { $status }
notify-ended-saying = `{ $program }` ended with { $status }: { $said }
notify-metrics = cannot write the metrics
notify-no-address = it must be an http or https address
notify-no-severity = it must be success, problem or failure
notify-no-chat = it must be wecom, dingtalk or feishu
