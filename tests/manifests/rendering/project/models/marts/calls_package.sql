select {{ tools.tripled(3) }}
