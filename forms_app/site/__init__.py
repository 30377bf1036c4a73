"""The field web: respondents and coordinators."""
