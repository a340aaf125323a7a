{% macro tripled(value) %}({{ value }} * 3){% endmacro %}
