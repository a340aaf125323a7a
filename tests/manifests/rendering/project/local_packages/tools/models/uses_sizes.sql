select * from {{ ref('sizes') }} join {{ ref('shared') }}
