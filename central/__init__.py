"""The office: takes in what stations send, shows it, settles what does not agree, and reports."""
