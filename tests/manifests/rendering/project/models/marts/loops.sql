{% set flours = var('flours') %}
{%- set found = [] -%}
{%- set state = namespace(total=0, names='') -%}
select
{% for flour in flours %}
  sum(case when flour = '{{ flour }}' then 1 end) as {{ flour | upper }}_{{ loop.index }}{% if not loop.last %},{% endif %}
  {%- do found.append(flour ~ loop.index0) -%}
  {%- set state.total = state.total + loop.index -%}
  {%- if loop.first -%}{%- set state.names = flour -%}{%- else -%}{%- set state.names = state.names ~ '+' ~ flour -%}{%- endif -%}
{% else %}
  nothing
{% endfor %}
-- {{ found }} {{ state.total }} {{ state.names }} {{ found | length }}
{% for name, price in var('prices').items() if price is not none -%}
  {{ loop.cycle('odd', 'even') }} {{ name }}={{ price }} {{ loop.revindex }} {{ loop.previtem[0] if loop.previtem }}
{% endfor %}
{%- for number in range(10) %}{% if number == 2 %}{% continue %}{% elif number > 4 %}{% break %}{% endif %}{{ number }},{% endfor %}
{% for _ in [] %}never{% else %}empty{% endfor %}
{% for outer in range(2) %}{% for inner in range(1, 4, 2) %}{{ outer }}{{ inner }}{{ loop.last }} {% endfor %}{% endfor %}
{%- set x = 1 %}{% for i in [1, 2] %}{{ x }}{% set x = 2 %}{{ x }}{% endfor %}{{ x }}
