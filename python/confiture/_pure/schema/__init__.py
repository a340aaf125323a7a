"""The model of what SQL text defines; ``docs/model.md`` says what it is."""
