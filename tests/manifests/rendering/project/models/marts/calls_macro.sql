select 1

  , {{ doubled(2) }}
