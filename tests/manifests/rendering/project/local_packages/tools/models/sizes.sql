select {{ var('width') }} as width, {{ var('height') }} as height, {{ var('depth', 4) }} as depth
