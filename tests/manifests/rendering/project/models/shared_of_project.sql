select 'of the project' as origin
