"""What an agent does: actions on a ticket, replies, suggested answers, reports."""
