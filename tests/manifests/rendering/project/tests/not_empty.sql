select * from {{ ref('breads') }} where id is null -- {{ this }}
