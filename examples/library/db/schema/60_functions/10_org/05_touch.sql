CREATE FUNCTION org.touch() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END
$$;

COMMENT ON FUNCTION org.touch() IS 'Trigger function for every table that has updated_at.';
