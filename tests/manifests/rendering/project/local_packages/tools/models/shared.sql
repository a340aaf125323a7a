select 'of the package' as origin
