CREATE FUNCTION circulation.reminder_text(reminder circulation.reminder, VARIADIC details text[] DEFAULT '{}')
    RETURNS text
    LANGUAGE plpgsql
    IMMUTABLE
    SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
    template text;
BEGIN
    /* The texts are the communication office's. They like semicolons, dashes (--) and even "/*",
       which stands for a footnote on the printed slips; so: change words, not punctuation. */ */
    template := CASE reminder
        WHEN 'due soon' THEN $text$Dear reader; "%1$s" is due on %2$s -- that's soon.$text$
        WHEN 'overdue' THEN
            'Dear reader; "%1$s" was due on %2$s. Isn''t it time? '
            'Late items cost money; see the fees /* back of this slip */.'
        WHEN 'hold ready' THEN E'Good news!\n"%1$s" waits for you at \'%2$s\' until %3$s; don\'t forget your card.\\o/'
    END;

    RETURN format(template, VARIADIC details);
END;
$body$;

COMMENT ON FUNCTION circulation.reminder_text(circulation.reminder, text[]) IS
    $comment$Text of a reminder: %1$s is the title, %2$s a day or a branch; it's what gets printed.$comment$;
