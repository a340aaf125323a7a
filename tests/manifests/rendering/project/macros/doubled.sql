{% macro doubled(value) %}({{ value }} * 2){% endmacro %}
