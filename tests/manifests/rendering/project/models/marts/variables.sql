select '{{ var("opened_on") }}' as a, {{ var('loaves') }} as b, {{ var('missing', 7) }} as c,
  '{{ var("flours") }}' as d, '{{ var("prices") }}' as e, {{ var('is_open') }} as f, {{ var('nothing') }} as g,
  '{{ env_var("BAKERY_NAME") }}' as h, '{{ env_var("BAKERY_MISSING", "none") }}' as i,
  '{{ target.name }} {{ target.schema }} {{ target.type }}' as j, {{ var('missing', none) }} as k,
  {{ var.has_var('loaves') }} as l, '{{ project_name }}' as m, '{{ schema }}' as n, {{ execute }} as o
  {# nothing of this is seen: {{ var('gone') }} #}
