{{ 'Rye' | lower }} {{ '  x ' | trim }} {{ 'a-b' | replace('-', '_') }} {{ [3, 1, 2] | sort | join(', ') }} {{ ['b', 'A', 'c'] | sort(reverse=true) }}
{{ [1, 2] | first }} {{ 'abc' | last }} {{ undefined_name | default('d') }} {{ '' | default('e', true) }} {{ '12' | int + 1 }} {{ 'x' | int(5) }} {{ '1.5' | float }}
{{ ['a', 'b'] | map('upper') | join('') }} {{ [{'n': 1}, {'n': 2}] | map(attribute='n') | list }} {{ [0, 1, 2] | select | list }}
{{ [1, 2, 3, 4] | reject('odd') | list }} {{ [{'n': 1, 'k': true}, {'n': 2, 'k': false}] | selectattr('k') | map(attribute='n') | join }}
{{ ['a', 'A', 'b'] | unique | list }} {{ [3, 9, 2] | max }} {{ [3, 9, 2] | min }} {{ [1, 2, 3] | sum }} {{ 'abc' | reverse }} {{ [1, 2] | reverse | list }}
{{ {'a': 1} | items | list }} {{ 3 | string ~ 'x' }} {{ 'abc' | length }} {{ 'as is' | as_text }} {{ '1' | as_number }}
{{ 'a,b,c'.split(',') }} {{ ' a  b '.split() }} {{ 'x'.upper() }} {{ 'a_b'.replace('_', ' ') }} {{ ', '.join(['a', 'b']) }} {{ 'abc'.startswith('ab') }} {{ '__a__'.strip('_') }}
{%- set d = {'a': 1} %}{% do d.update({'b': 2}) %} {{ d }} {{ d.get('c', 3) }} {{ d.keys() | list }} {{ d.values() | list }} {{ tojson(d) }} {{ fromjson('[1, {"a": null}]') }}
{%- set l = [1] %}{% do l.extend([2, 3]) %}{% do l.insert(0, 0) %} {{ l.pop() }} {{ l }}
{% filter upper | replace('A', 'b') %}text {{ 'a' }}{% endfilter %}
{%- set block %} a {{ 1 + 1 }} {% endset %}[{{ block }}]{% set shout | upper %}loud{% endset %}{{ shout }}
{%- with a = 1, b = 2 %} {{ a + b }} {% endwith %}{% raw %}{{ not rendered }}{% endraw %}
{% set a, b = 1, 'two' %}{{ a }}{{ b }} {{ log('quiet') }}{% do log('quiet', info=false) %}
{{- '  left' -}}    {{ 'right  ' -}}
   end
