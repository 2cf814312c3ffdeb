"""Grade a class: many submissions, each in a sandbox of its own, judged from outside."""
