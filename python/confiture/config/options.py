"""An environment with what a caller says differently."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import UnsetType
from msgspec.structs import replace

from confiture.config.environment import SeparatorConfig

if TYPE_CHECKING:
    from confiture.config.environment import BuildConfig, Environment
    from confiture.models.options import BuildOptions

__all__ = ["with_options"]


def with_options(environment: Environment, options: BuildOptions) -> Environment:
    """The environment with the options that are not missing in the place of its own settings.

    Raises:
        ConfigurationError: The separator that they ask for cannot be meant; its ``path`` says whether it is
            the style or the template.
    """
    build: BuildConfig = environment.build
    if not isinstance(options.validate_comments, UnsetType):
        settings = replace(build.validate_comments, enabled=options.validate_comments)
        build = replace(build, validate_comments=settings)
    if not isinstance(options.two_pass, UnsetType):
        build = replace(build, two_pass=options.two_pass)
    separators = _separators(build.separators, options)
    if separators is not build.separators:
        build = replace(build, separators=separators)
    return environment if build is environment.build else replace(environment, build=build)


def _separators(own: SeparatorConfig, options: BuildOptions) -> SeparatorConfig:
    style, template = options.separator_style, options.separator_template
    if not isinstance(template, UnsetType):
        return SeparatorConfig(style="custom", custom_template=template)
    return (
        own
        if isinstance(style, UnsetType)
        else SeparatorConfig(style=style, custom_template=own.custom_template)
    )
