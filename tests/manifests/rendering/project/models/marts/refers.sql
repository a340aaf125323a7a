select * from {{ ref('breads') }}
union all select * from {{ ref('bakery', 'breads') }}
union all select * from {{ ref('versioned') }}
union all select * from {{ ref('versioned', v=1) }}
union all select * from {{ ref('bakery', 'versioned', version='2') }}
union all select * from {{ ref('tools', 'sizes') }}
union all select * from {{ ref("shared_of_project") }}
union all select * from {{ source('Other Mill', 'Sacks') }}
union all select * from {{ builtins.ref('breads') }}
-- {{ ref('breads').identifier }} {{ ref('breads').schema }} {{ ref('breads').database }} {{ source('mill', 'deliveries').name }}
