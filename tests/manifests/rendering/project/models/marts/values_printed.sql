{{ true }} {{ none }} {{ 1.0 }} {{ 1e16 }} {{ 1.5e-7 }} {{ 100000000.0 * 10 }} {{ 10 / 4 }} {{ 10 // 4 }} {{ -10 // 4 }} {{ -10 % 4 }}
{{ 7.5 // 2 }} {{ -7.5 % 2 }} {{ 2 ** 10 }} {{ 0.1 + 0.2 }} {{ 3 * 'ab' }} {{ [1, 'a', none, true, 2.5, "it's"] }} {{ {'a': [1, {'b': ()}]} }}
{{ (1,) }} {{ (1, 'x') }} {{ 'a' ~ 1 ~ none ~ true }} {{ undefined_name }} {{ undefined_name is defined }} {{ range(3) }}
{{ 'abc'[1] }} {{ 'abc'[-1] }} {{ 'abc'[1:] }} {{ [1, 2, 3][::-1] }} {{ 'abcdef'[::2] }} {{ {'a': 1}['a'] }} {{ {'a': 1}.b }} {{ [1][5] }}
{{ 1 < 2 < 3 }} {{ 'a' in 'abc' }} {{ 4 not in [1, 2] }} {{ not true }} {{ 1 if false }} {{ 'x' if true else 'y' }} {{ 1 == 1.0 == true }}
{{ "quote\"d" }} {{ 'new\nline' }} {{ "\u00e9" }} {{ ['é', '\n'] }} {{ 1 and 0 }} {{ '' or 'b' }} {{ 'a' 'b' }} {{ none is none }}
{{ -3|abs }} {{ 5 is odd }} {{ 6 is divisibleby 3 }} {{ 'a' is string }} {{ [1] is iterable }} {{ {} is mapping }} {{ 3 is in [1, 3] }}
