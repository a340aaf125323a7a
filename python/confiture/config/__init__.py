"""Environments: what a project's ``db/environments/<env>.yaml`` files say.

Import from ``confiture.config.environment``; the other modules serve it.
"""
