CREATE FUNCTION org.format_address(address org.postal_address) RETURNS text
    LANGUAGE sql
    IMMUTABLE PARALLEL SAFE
    RETURN concat_ws(
        E'\n',
        address.street,
        concat_ws(' ', address.postcode, upper(address.city)),
        nullif(address.country, 'FR')
    );

COMMENT ON FUNCTION org.format_address(org.postal_address) IS
    'Lines for an envelope. The country is left out at home.';

-- So that address::text is an envelope and not ("12, rue du Port",29200,Brest,FR).
CREATE CAST (org.postal_address AS text)
    WITH FUNCTION org.format_address(org.postal_address);

COMMENT ON CAST (org.postal_address AS text) IS 'As printed on an envelope.';
