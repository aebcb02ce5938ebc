"""Right functions, a step to a line and its name beside it, in the ways that students take."""
# ruff: noqa: F841, RET504

import numpy as np


def pair_frequencies(x, y, rows, columns):
    """x y -> table"""
    n = len(x)
    in_row = np.eye(rows)[x]  # the row of each pair
    in_column = np.eye(columns)[y]  # the column of each pair
    counts = in_row.T @ in_column  # the count
    table = counts / n  # the table
    return table


def conditional_entropy(p_xy, base=np.e):
    """p_xy -> conditional entropy"""
    rows = len(p_xy)
    columns = len(p_xy[0])
    p_x = np.sum(p_xy, axis=1, keepdims=True)  # p(x)
    given = p_xy / p_x  # p(y|x)
    log_given = np.log(given)  # log p(y|x)
    terms = p_xy * log_given  # p(x, y) log p(y|x)
    total = np.sum(terms)  # the sum
    scale = np.log(base)  # log(base)
    h = -total / scale  # the conditional entropy
    return h


def conditional_entropy_rows(p_xy, base=np.e):
    """p_xy -> conditional entropy"""
    rows = len(p_xy)
    p_x = np.sum(p_xy, axis=1)  # p(x)
    given = p_xy / p_x[:, None]  # p(y|x)
    each = -np.sum(given * np.log(given), axis=1)  # the entropy of each row
    h = np.sum(p_x * each) / np.log(base)  # the conditional entropy
    return h


def conditional_entropy_difference(p_xy, base=np.e):
    """p_xy -> conditional entropy"""
    p_x = np.sum(p_xy, axis=1)  # p(x)
    both = -np.sum(p_xy * np.log(p_xy))  # H(X, Y)
    one = -np.sum(p_x * np.log(p_x))  # H(X)
    h = (both - one) / np.log(base)  # the conditional entropy
    return h


def information_gain(values, labels, threshold):
    """values labels -> gain"""
    n = len(values)
    each = 1.0 * (labels[:, None] == np.unique(labels))  # the class of each example
    yes = 1.0 * (values <= threshold)  # the answer yes
    no = 1.0 * (values > threshold)  # the answer no
    count = np.sum(each, axis=0)  # the count of each class
    count_yes = yes @ each  # the count of each class that says yes
    count_no = no @ each  # the count of each class that says no
    n_yes = np.sum(yes)  # the number that say yes
    n_no = np.sum(no)  # the number that say no
    share = count / n  # the share of each class
    share_yes = count_yes / n_yes  # the share of each class among yes
    share_no = count_no / n_no  # the share of each class among no
    log_all = np.log2(np.maximum(share, 1e-300))  # the logarithm of the share
    log_yes = np.log2(np.maximum(share_yes, 1e-300))  # the logarithm of the share among yes
    log_no = np.log2(np.maximum(share_no, 1e-300))  # the logarithm of the share among no
    h = -np.sum(share * log_all)  # the entropy of all labels
    h_yes = -np.sum(share_yes * log_yes)  # the entropy of those that say yes
    h_no = -np.sum(share_no * log_no)  # the entropy of those that say no
    weight_yes = n_yes / n  # the share of yes
    weight_no = n_no / n  # the share of no
    left_yes = weight_yes * h_yes  # what is left after yes
    left_no = weight_no * h_no  # what is left after no
    left = left_yes + left_no  # what is left
    gain = h - left  # the gain
    return gain


def information_gain_together(values, labels, threshold):
    """values labels -> gain"""
    n = len(values)
    each = 1.0 * (labels[:, None] == np.unique(labels))  # the class of each example
    yes = 1.0 * (values <= threshold)  # the answer yes
    no = 1 - yes  # the answer no
    count_yes = yes @ each  # the count of each class that says yes
    count_no = no @ each  # the count of each class that says no
    share = np.sum(each, axis=0) / n  # the share of each class
    share_yes = count_yes / np.sum(yes)  # the share of each class among yes
    share_no = count_no / np.sum(no)  # the share of each class among no
    h = -np.sum(share * np.log2(share))  # the entropy of all labels
    h_yes = -np.sum(share_yes * np.log2(np.maximum(share_yes, 1e-300)))  # the entropy of yes
    h_no = -np.sum(share_no * np.log2(np.maximum(share_no, 1e-300)))  # the entropy of no
    gain = h - np.mean(yes) * h_yes - np.mean(no) * h_no  # the gain
    return gain


def information_gain_groups(values, labels, threshold):
    """values labels -> gain"""
    n = len(values)
    each = 1.0 * (labels[:, None] == np.unique(labels))  # the class of each example
    yes = 1.0 * (values <= threshold)  # the answer yes
    groups = np.stack([np.ones(n), yes, 1 - yes])  # the group of all, yes, no
    count = groups @ each  # the count of each class in a group
    size = np.sum(groups, axis=1, keepdims=True)  # the size of a group
    share = count / size  # the share of each class in a group
    log_share = np.log2(np.maximum(share, 1e-300))  # the logarithm of the share
    terms = share * log_share  # share times log2 of the share
    h = -np.sum(terms, axis=1)  # the entropy of each group
    p_yes = np.mean(yes)  # the share of yes
    p_no = 1 - p_yes  # the share of no
    left = p_yes * h[1] + p_no * h[2]  # what is left
    gain = h[0] - left  # the gain
    return gain
