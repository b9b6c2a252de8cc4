"""What agents do: actions on a ticket, replies, suggested answers, service reports."""
